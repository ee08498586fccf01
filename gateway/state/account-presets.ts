/** The topics that a well-known program needs, and where its own settings take the credentials. */
export interface AccountPreset {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/**
 * Topic filters of the bridges that people run most, by their default topics: zigbee2mqtt 2 (`mqtt.base_topic`,
 * `homeassistant`), ChirpStack 4 (MQTT integration; gateway backend with an empty `topic_prefix`), Home Assistant's MQTT
 * integration (discovery prefix, and the devices of zigbee2mqtt).
 */
export const accountPresets = {
  zigbee2mqtt: {
    publish: ["zigbee2mqtt/#", "homeassistant/#"],
    subscribe: ["zigbee2mqtt/#", "homeassistant/#"],
  },
  chirpstack: {
    publish: ["application/#", "gateway/#"],
    subscribe: ["application/#", "gateway/#"],
  },
  homeassistant: {
    publish: ["homeassistant/#", "zigbee2mqtt/#"],
    subscribe: ["homeassistant/#", "zigbee2mqtt/#"],
  },
} as const satisfies Readonly<Record<string, AccountPreset>>;
