import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { listSettings } from "../../gateway/config.ts";
import { readConfig } from "../../gateway/config-sources.ts";
import { root } from "../house/sources.ts";
import {
  namesIn,
  readChoices,
  readCompose,
  readDefaults,
  readRoot,
  type Service,
} from "../support/compose.ts";

const defaults = readDefaults();
const choices = readChoices();
const compose = readCompose(defaults);
const services = Object.entries(compose.services);
const gateway = compose.services.gateway as Service;

describe("the gateway in docker-compose.yml", () => {
  test.each(choices)("takes its settings with the store $COMPOSE_PROFILES", (choice) => {
    const chosen = readCompose(choice);
    const { environment = {} } = chosen.services.gateway as Service;
    const known = listSettings().map(({ variable }) => variable);
    for (const name of Object.keys(environment)) expect(known).toContain(name.replace(/_FILE$/, ""));
    const secrets = Object.keys(environment).filter((name) => name.endsWith("_FILE"));
    expect(secrets).toEqual(["LINLI_ADMIN_TOKEN_FILE", "LINLI_SERIES_INFLUX_TOKEN_FILE"]);
    const given = Object.fromEntries(secrets.map((name) => [name, join(root, "LICENSE")]));
    const { series } = readConfig({ environment: { ...environment, ...given } });

    const running = Object.values(chosen.services).filter(({ profiles }) =>
      profiles?.includes(choice.COMPOSE_PROFILES as string),
    );
    expect(running).toHaveLength(1);
    expect(series.store).not.toBe("duckdb");
    expect(running[0]?.networks).toEqual({ inside: { aliases: [new URL(series.influx.url).hostname] } });
  });

  test("is left time to stop, and is open to this machine only", () => {
    expect(Number.parseInt(String(gateway.stop_grace_period), 10)).toBeGreaterThanOrEqual(30);
    const { mqttPort, httpPort, tls } = readConfig({ environment: {} });
    const ports = [mqttPort, httpPort, tls.httpsPort, tls.mqttPort].map(
      (port) => `127.0.0.1:${port}:${port}`,
    );
    expect(gateway.ports).toEqual(ports);
    expect(
      readCompose({ ...defaults, BIND_ADDRESS: "", TLS_BIND_ADDRESS: "" }).services.gateway?.ports,
    ).toEqual(ports);
    expect(gateway).toMatchObject({ read_only: true, tmpfs: ["/tmp"], init: true });
  });
});

test("every store is one choice of .env.example, and InfluxDB 2 is the first", () => {
  const profiles = services.flatMap(([, service]) => service.profiles ?? []);
  expect(namesIn(choices.map(({ COMPOSE_PROFILES = "" }) => COMPOSE_PROFILES))).toEqual(namesIn(profiles));
  expect(defaults).toEqual(choices[0]);
  expect(defaults.COMPOSE_PROFILES).toBe("influxdb2");
});

test("Grafana finds its data sources, its dashboards and what scrapes the gateway", () => {
  const { environment = {}, volumes = [] } = compose.services.grafana as Service;
  const folder = "dashboards/grafana/provisioning";
  const asked = readRoot(`${folder}/datasources/linli.yaml`).match(/(?<=: .*\$)GF_LINLI_\w+/g) ?? [];
  const given = Object.keys(environment).filter((name) => name.startsWith("GF_LINLI_"));
  expect(namesIn(given.map((name) => name.replace(/__FILE$/, "")))).toEqual(namesIn(asked));
  expect(environment.GF_LINLI_INFLUX_URL).toBe(gateway.environment?.LINLI_SERIES_INFLUX_URL);
  expect(environment.GF_LINLI_INFLUX_DATABASE).toBe(gateway.environment?.LINLI_SERIES_INFLUX_DATABASE);

  const { providers } = parse(readRoot(`${folder}/dashboards/linli.yaml`)) as {
    providers: { options: { path: string } }[];
  };
  const path = String(providers[0]?.options.path);
  expect(volumes).toContain(`./dashboards/grafana/dashboards:${path}:ro`);
  const home = String(environment.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH);
  expect(existsSync(join(root, home.replace(path, "dashboards/grafana/dashboards")))).toBe(true);

  const { scrape_configs } = parse(readRoot("dashboards/grafana/scrape.yml")) as {
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const { httpPort } = readConfig({ environment: {} });
  expect(scrape_configs[0]?.static_configs[0]?.targets).toEqual([`gateway:${httpPort}`]);
});
