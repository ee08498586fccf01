import type { RouteRecordRaw } from "vue-router";
import type { IconName } from "../ui/icons.ts";
import type { NavigationGroup } from "../ui/navigation-entry.ts";
import type { navigationArea } from "./navigation.ts";

/** A page of the property app. */
export type PageRoute = RouteRecordRaw & {
  /** Its place in the navigation, in this order under its heading; on phones the first four stand at the bottom. A page without one is reached from others. */
  readonly entry?: {
    readonly label: keyof typeof navigationArea;
    readonly icon: IconName;
    readonly group: NavigationGroup;
    /** The operation that the person must be allowed to call to see the entry. */
    readonly needs?: string;
    /** Which number stands beside it. */
    readonly count?: "alerts";
  };
};

/** Every page. The first part of each path must be one that the gateway answers with the app: `gateway/api/screens/paths.ts`. */
export const routes: readonly PageRoute[] = [
  {
    path: "/",
    component: () => import("./pages/OverviewPage.vue"),
    entry: { label: "overview", icon: "overview", group: "watch" },
  },
  {
    path: "/alerts",
    component: () => import("./pages/AlertsPage.vue"),
    entry: { label: "alerts", icon: "alert", group: "watch", count: "alerts" },
  },
  { path: "/alerts/:id", component: () => import("./pages/AlertsPage.vue") },
  {
    path: "/plan",
    component: () => import("./pages/PlanPage.vue"),
    entry: { label: "plan", icon: "site", group: "watch", needs: "listPlans" },
  },
  { path: "/plan/:plan", component: () => import("./pages/PlanPage.vue") },
  {
    path: "/devices",
    component: () => import("./pages/DevicesPage.vue"),
    entry: { label: "devices", icon: "device", group: "watch" },
  },
  { path: "/devices/:site/:kind/:id", component: () => import("./pages/DevicePage.vue") },
  {
    path: "/thresholds",
    component: () => import("./pages/ThresholdsPage.vue"),
    entry: { label: "thresholds", icon: "settings", group: "manage", needs: "getSiteLimits" },
  },
  {
    path: "/incidents",
    component: () => import("./pages/IncidentsPage.vue"),
    entry: { label: "incidents", icon: "stop", group: "safety", needs: "listIncidents" },
  },
  {
    path: "/notifications",
    component: () => import("./pages/NotificationsPage.vue"),
    entry: { label: "notifications", icon: "message", group: "safety", needs: "listNotifications" },
  },
  {
    path: "/duty",
    component: () => import("./pages/DutyPage.vue"),
    entry: { label: "duty", icon: "people", group: "safety", needs: "getDuty" },
  },
  {
    path: "/drills",
    component: () => import("./pages/DrillsPage.vue"),
    entry: { label: "drills", icon: "bell", group: "safety", needs: "listDrills" },
  },
  {
    path: "/silences",
    component: () => import("./pages/SilencesPage.vue"),
    entry: { label: "silences", icon: "mute", group: "safety", needs: "listMutes" },
  },
  {
    path: "/reports",
    component: () => import("./pages/ReportsPage.vue"),
    entry: { label: "reports", icon: "chart", group: "manage", needs: "responseReport" },
  },
  {
    path: "/registry",
    component: () => import("./pages/RegistryPage.vue"),
    entry: { label: "registry", icon: "plus", group: "manage", needs: "addDevice" },
  },
  {
    path: "/rejections",
    component: () => import("./pages/RejectionsPage.vue"),
    entry: { label: "rejections", icon: "message", group: "manage", needs: "listRejections" },
  },
  {
    path: "/people",
    component: () => import("./pages/PeoplePage.vue"),
    entry: { label: "people", icon: "people", group: "manage", needs: "listPeople" },
  },
  {
    path: "/audit",
    component: () => import("./pages/AuditPage.vue"),
    entry: { label: "audit", icon: "clock", group: "manage", needs: "listAudit" },
  },
  {
    path: "/access",
    component: () => import("./pages/AccessPage.vue"),
    entry: { label: "access", icon: "key", group: "manage", needs: "listTokens" },
  },
  {
    path: "/account",
    component: () => import("./pages/AccountPage.vue"),
    entry: { label: "account", icon: "person", group: "manage" },
  },
];
