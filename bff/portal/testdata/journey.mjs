// Walks through the portal in a real browser and prints what it found, as JSON, one finding a
// line. portal_test.go starts it and decides what is a mistake.
//
// Its argument is JSON: the address of the house, the address that tells the newest code of a
// phone and has a bank make an offer, people with the numbers of their documents, a licence of the first one as a signed text,
// and a folder for pictures.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const { house, codes, people, licence, pictures } = JSON.parse(process.argv[2]);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const say = (kind, at, what) => console.log(JSON.stringify({ kind, at, what }));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/** A page of somebody's own, whose mistakes are findings. */
async function open(name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-TW", bypassCSP: false, ...options });
  const page = await context.newPage();
  page.on("pageerror", (e) => say("error", name, String(e)));
  page.on("console", (m) => m.type() === "error" && say("console", name, m.text()));
  page.on("request", (r) => new URL(r.url()).origin !== house && !r.url().startsWith("data:") && say("foreign", name, r.url()));
  return page;
}

/** Waits until no answer and no room is waited for. */
const settled = (page) => page.locator('main[aria-busy="false"]').waitFor({ state: "attached" });

/** Looks at a page as it is: what does not fit, what a screen reader misses, what it says. */
async function look(page, at) {
  await settled(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) say("overflow", at, `${wide} pixels`);
  // axe runs apart from the page, whose policy lets no other script in.
  const client = await page.context().newCDPSession(page);
  await client.send("Page.enable");
  const { frameTree } = await client.send("Page.getFrameTree");
  const { executionContextId } = await client.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id, worldName: "axe" });
  await client.send("Runtime.evaluate", { expression: axe, contextId: executionContextId });
  const { result } = await client.send("Runtime.evaluate", {
    contextId: executionContextId, awaitPromise: true, returnByValue: true,
    expression: `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target).join(", ")))`,
  });
  for (const v of result.value ?? ["axe did not run"]) say("axe", at, v);
  const text = await page.evaluate(() => {
    const body = document.body.cloneNode(true);
    body.querySelectorAll('[translate="no"], .switch, noscript').forEach((e) => e.remove());
    return `${document.title}\n${body.innerText}`;
  });
  say("text", at, text);
  await page.screenshot({ path: `${pictures}/${at.replaceAll("/", "-")}.png`, fullPage: true });
}

/** Signs somebody in by keyboard alone, at the door. */
async function signIn(page, { phone }, number) {
  await page.locator("#number").fill(number);
  await page.keyboard.press("Enter");
  await page.locator("#code").waitFor();
  if (!(await page.evaluate(() => document.activeElement?.id === "code"))) say("focus", "sign-in", "the code is not where one types");
  await page.keyboard.type(await (await fetch(`${codes}/code?phone=${encodeURIComponent(phone)}`)).text());
  await page.keyboard.press("Enter");
}

const rooms = ["/", "/file", "/link", "/licences", "/subsidies", "/reminders", "/report", "/loans", "/consents", "/verify", "/notices", "/settings", "/help", "/nowhere"];
const speak = { hant: "繁體中文", hans: "简体中文", en: "EN: English" };

// The door, by keyboard alone.
const page = await open("phone");
await page.goto(`${house}/licences`);
await page.waitForURL(/sign-in/);
for (const [script, name] of Object.entries(speak)) {
  await page.getByRole("button", { name }).click();
  await look(page, `${script}/sign-in`);
}
await page.getByRole("button", { name: speak.hant }).click();
await page.locator("#number").focus();
await page.keyboard.type("0");
await page.keyboard.press("Enter");
await page.locator("#number-wrong:not(:empty), .fault").first().waitFor();
await look(page, "hant/sign-in-wrong");
await signIn(page, people[0], people[0].pass);
await page.waitForURL(`${house}/licences`); // where one wanted to go

// Every room, in each script, without a reload in between.
await page.evaluate(() => (window.mark = true));
for (const room of rooms) {
  await page.evaluate((to) => history.pushState(history.state, "", to), room);
  await page.evaluate(() => dispatchEvent(new PopStateEvent("popstate", { state: history.state })));
  for (const [script, name] of Object.entries(speak)) {
    await page.getByRole("button", { name }).click();
    await page.waitForFunction((l) => document.documentElement.lang.startsWith(l), { hant: "zh-Hant", hans: "zh-Hans", en: "en" }[script]);
    await look(page, `${script}${room}`);
  }
}
if (!(await page.evaluate(() => window.mark))) say("reload", "phone", "a page was loaded anew");

// A credit report on an authorisation, with its grade and how it came about.
await page.getByRole("button", { name: speak.hant }).click();
await page.goto(`${house}/report`);
await page.getByRole("button", { name: "同意並授權" }).click();
await page.locator(".grade").filter({ hasText: "A" }).waitFor();
await page.getByText("怎樣得出").click();
await look(page, "hant/report-made");

// A loan that fits, with its reasons; the need goes to the bank, which offers; the offer is accepted.
await page.goto(`${house}/loans`);
await page.locator("#yuan").fill("10000");
await page.locator("#months").fill("12");
await page.getByRole("button", { name: "查看合適的產品" }).click();
await page.getByRole("heading", { name: /臺胞卡/ }).waitFor();
await look(page, "hant/loans-matched");
await page.getByRole("button", { name: "傳送給銀行" }).first().click();
await page.getByRole("button", { name: "同意並授權" }).click();
await page.locator(".mark").filter({ hasText: "磋商中" }).waitFor();
const inbox = await page.context().newPage();
await inbox.goto(`${house}/notices`);
await settled(inbox);
await fetch(`${codes}/offer`);
await inbox.getByRole("heading", { name: "銀行向您提出了授信要約" }).waitFor(); // by itself
await inbox.close();
await page.goto(`${house}/loans`);
await page.getByRole("button", { name: "接受" }).waitFor();
await look(page, "hant/loans-offered");
await page.getByRole("button", { name: "接受" }).click();
await page.locator(".mark").filter({ hasText: "已接受要約" }).waitFor();

// A licence on the screen, and a stranger who scans it: once.
await page.goto(`${house}/licences`);
const told = page.waitForResponse(/ShowCode/);
await page.getByRole("button", { name: "出示" }).click();
await page.getByRole("img", { name: "出示碼" }).waitFor();
await look(page, "hant/code");
// The code holds the address of the house's own name; the test's house answers elsewhere.
const scanned = new URL((await (await told).json()).url).pathname;
const stranger = await open("stranger", { viewport: { width: 360, height: 640 } });
await stranger.goto(house + scanned);
await stranger.getByRole("button").click();
await stranger.getByRole("status").filter({ hasText: "✓" }).waitFor();
await stranger.goto(house + scanned);
await stranger.getByRole("button").click();
await stranger.getByRole("alert").waitFor();
await page.getByRole("button", { name: "關閉" }).click();

// The same licence as a file, whole and with one character changed.
await stranger.goto(`${house}/verify`);
const file = (text) => ({ name: "licence.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
await stranger.locator("#licence").setInputFiles(file(licence));
await stranger.getByRole("status").filter({ hasText: "有效" }).waitFor();
await look(stranger, "hant/verified");
const middle = licence.indexOf(".") + 20;
const forged = licence.slice(0, middle) + (licence[middle] === "A" ? "B" : "A") + licence.slice(middle + 1);
await stranger.locator("#licence").setInputFiles(file(forged));
await stranger.getByRole("status").filter({ hasText: /遭竄改|無法讀取/ }).waitFor();
await stranger.locator("#licence").setInputFiles(file("x".repeat(200_000)));
await stranger.getByRole("alert").waitFor();

// Deadlines for the phone's own calendar.
await page.goto(`${house}/reminders`);
await page.getByRole("button", { name: "訂閱到手機行事曆" }).click();
const feed = await page.getByRole("link", { name: "用行事曆開啟" }).getAttribute("href");
const calendar = await fetch(feed.replace(/^webcal:/, "http:"));
if (!calendar.ok || !(await calendar.text()).startsWith("BEGIN:VCALENDAR")) say("calendar", "reminders", `the feed answers ${calendar.status}`);

// Somebody with two documents that do not know each other links them, at a desk.
const desk = await open("desk", { viewport: { width: 1280, height: 800 }, locale: "zh-CN" });
await desk.goto(house);
await signIn(desk, people[1], people[1].pass);
await desk.getByRole("link", { name: "关联另一份证件" }).click();
await desk.locator("#other").fill(people[1].permit);
await look(desk, "hans/desk-link");
await desk.getByRole("button", { name: "开始核对" }).click();
await desk.getByRole("heading", { name: "两份证件已关联" }).waitFor();
await look(desk, "hans/desk-linked");
await desk.getByRole("link", { name: "档案", exact: true }).last().click();
await desk.locator(".document").nth(1).waitFor();
await look(desk, "hans/desk-file");

// Small, large, dark.
await page.goto(`${house}/settings`);
await page.getByLabel("大字版（適老化）").check();
await page.getByLabel("深色").check();
await page.setViewportSize({ width: 320, height: 640 });
for (const room of rooms) {
  await page.goto(`${house}${room}`);
  await look(page, `large${room}`);
}

// A bad day: the house is gone, and comes back.
await page.route("**/minzhengtong.*/*", (r) => r.abort());
await page.goto(`${house}/file`);
await page.locator(".fault").waitFor();
await look(page, "gone/file");
await page.unroute("**/minzhengtong.*/*");
await page.getByRole("button", { name: "再試一次" }).click();
await page.locator(".document").first().waitFor();
if (await page.locator(".fault").count()) say("stuck", "file", "the fault stays after the house is back");

// Two tabs: signed out in one is signed out in the other.
const other = await page.context().newPage();
await other.goto(`${house}/settings`);
await other.getByRole("button", { name: "登出" }).click();
await other.waitForURL(/sign-in/);
await page.waitForURL(/sign-in/);
await browser.close();
say("done", "", "");
