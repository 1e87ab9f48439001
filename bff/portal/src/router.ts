import { nextTick } from "vue";
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { wait } from "./api/busy";
import { signedIn } from "./api/session";

declare module "vue-router" {
  interface RouteMeta {
    /** The message that is the page's title. */
    title: string;
    /** Whoever is not signed in may come here. */
    open?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  { path: "/", component: () => import("./screens/Home.vue"), meta: { title: "home.title" } },
  { path: "/sign-in", component: () => import("./screens/SignIn.vue"), meta: { title: "signIn.title", open: true } },
  { path: "/file", component: () => import("./screens/File.vue"), meta: { title: "file.title" } },
  { path: "/link", component: () => import("./screens/Link.vue"), meta: { title: "link.title" } },
  { path: "/reminders", component: () => import("./screens/Reminders.vue"), meta: { title: "reminders.title" } },
  { path: "/subsidies", component: () => import("./screens/Subsidies.vue"), meta: { title: "subsidies.title" } },
  { path: "/report", component: () => import("./screens/Report.vue"), meta: { title: "report.title" } },
  { path: "/consents", component: () => import("./screens/Consents.vue"), meta: { title: "consents.title" } },
  { path: "/verify", component: () => import("./screens/Verify.vue"), meta: { title: "verify.title", open: true } },
  { path: "/notices", component: () => import("./screens/Notices.vue"), meta: { title: "notices.title" } },
  { path: "/licences", component: () => import("./screens/Licences.vue"), meta: { title: "licences.title" } },
  { path: "/loans", component: () => import("./screens/Loans.vue"), meta: { title: "loans.title" } },
  { path: "/settings", component: () => import("./screens/Settings.vue"), meta: { title: "settings.title", open: true } },
  { path: "/help", component: () => import("./screens/Help.vue"), meta: { title: "help.title", open: true } },
  { path: "/:rest(.*)*", component: () => import("./screens/NotFound.vue"), meta: { title: "notFound.title", open: true } },
];

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

let arrived = () => {};
router.beforeEach(() => {
  arrived();
  arrived = wait();
});
router.afterEach(() => arrived());
router.onError(() => arrived());

router.beforeEach((to) => {
  if (to.meta.open || signedIn.value) return true;
  return { path: "/sign-in", query: to.path === "/" ? {} : { next: to.fullPath } };
});

// Whoever hears the page hears where it is now.
router.afterEach(async (to, from, failure) => {
  if (failure || to.path === from.path || from.matched.length === 0) return;
  await nextTick();
  document.querySelector<HTMLElement>("h1")?.focus();
});
