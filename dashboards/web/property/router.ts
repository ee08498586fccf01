import { nextTick } from "vue";
import { createRouter, createWebHistory, type Router } from "vue-router";
import { routes } from "./routes.ts";

/** The router of the property app. After a move the page's heading is where a screen reader goes on. */
export function createScreenRouter(): Router {
  const router = createRouter({
    history: createWebHistory("/"),
    routes: [...routes, { path: "/:rest(.*)*", component: () => import("./pages/NotFoundPage.vue") }],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
  router.afterEach((to, from) => {
    if (from.matched.length === 0 || to.path === from.path) return;
    void nextTick(() => document.querySelector<HTMLElement>("#main")?.focus({ preventScroll: true }));
  });
  return router;
}
