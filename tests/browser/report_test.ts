import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { money, percent, ratio } from "../../report/format.ts";
import { CHROMIUM, leave, type Visit, visit } from "../helpers/browser.ts";
import {
  Desk,
  pipelineText,
  strategyText,
  ticksText,
  walkPrices,
} from "../helpers/cli.ts";

if (CHROMIUM === undefined) {
  console.log(
    "Skipped: tests of the report need Chromium (apt-get install chromium)",
  );
}

const ROWS = 400;
const EVIL = `</script><img src=x onerror="document.title='broken in'">`;

/** Runs of strategies that trade often, once and never, and one with a bad name. */
const STRATEGIES = {
  often: "broker.target(price.value > average.value ? 1 : -1)",
  once: "if (state.row === 20) broker.buy(1); " +
    "if (state.row === 90) broker.sell(1)",
  never: "",
} as const;

function strategyOf(body: string): string {
  return strategyText(`{
  indicators: ({ price }) => ({ price, average: sma(price, 5) }),
  state: { row: 0 },
  onTick({ price, average }, broker, state) {
    state.row++;
    if (average.ready) { ${body} }
  },
}`);
}

const INSTRUMENT =
  "tick_size: 0.25, multiplier: 50, session: always, commission: { per_contract: 2 }";
const SETS = "method: grid, params: { length: [3, 5, 9], gap: [0, 1] }";

const WALK = "{ train: 2 sessions, test: 1 session }";

/** Prices of some days, one in a quarter of an hour. */
function daysText(prices: readonly number[]): string {
  const begin = Date.UTC(2024, 2, 4);
  const rows = prices.map((price, i) =>
    `${new Date(begin + 900_000 * i).toISOString()},${price}`
  );
  return `ts,price\n${rows.join("\n")}\n`;
}

async function deskOf(): Promise<Desk> {
  const desk = await Desk.make({
    "data/ticks.csv": ticksText(walkPrices(ROWS)),
    "data/days.csv": daysText(walkPrices(ROWS)),
  });
  const runs: [string, string, string, string[]][] = [
    ["often", strategyOf(STRATEGIES.often), "", [
      "--set",
      "stages.results.monte_carlo={ paths: 50 }",
    ]],
    ["once", strategyOf(STRATEGIES.once), "", []],
    ["never", strategyOf(STRATEGIES.never), "", []],
    ["sweep-best", SWEPT, `, sweep: { ${SETS}, objective: net_profit }`, []],
    [
      "walk",
      SWEPT,
      `, sweep: { ${SETS}, objective: net_profit }, walk_forward: ${WALK}`,
      ["--set", "stages.ticks.source=data/days.csv"],
    ],
    ["sweep-none", SWEPT, `, sweep: { ${SETS}, keep: none }`, []],
  ];
  await Promise.all(runs.map(([name, strategy, worker, args]) => {
    desk.write(`${name}.ts`, strategy);
    const text = pipelineText({
      name,
      dispatcher: "slice: 1m",
      instrument: INSTRUMENT,
      worker: `workers: 1${worker}`,
    });
    desk.write(`${name}.yaml`, text.replace("strategy.ts", `${name}.ts`));
    return desk.run(`${name}.yaml`, { out: `runs/${name}`, args });
  }));
  return desk;
}

const METHODS = [
  "trade-bootstrap",
  "trade-shuffle",
  "trade-skip",
  "stationary-bootstrap",
  "circular-bootstrap",
];

const SWEPT = strategyText(`{
  params: {
    length: param.int({ default: 5, min: 1 }),
    gap: param.int({ default: 0 }),
  },
  indicators: ({ price }, { length }) => ({ price, average: sma(price, length) }),
  onTick({ price, average }, broker, _state, { params }) {
    if (!average.ready) return;
    broker.target(price.value > average.value + params.gap ? 1 : 0);
  },
}`);

/** Charts whose canvas has any ink on it. */
function drawn(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll(".plot")]
    .filter((place) => {
      const canvas = place.querySelector("canvas");
      if (!canvas) return false;
      const { data } = canvas.getContext("2d")
        .getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value) => value !== 0);
    }).map(({ id }) => id)`);
}

function text(page: Page, selector: string): Promise<string> {
  return page.locator(selector).first().innerText();
}

function firstRows(page: Page, column: number): Promise<string[]> {
  return page.locator(`#trades-table tbody td:nth-child(${column + 1})`)
    .allInnerTexts();
}

function assertQuiet({ complaints, requests }: Visit, path: string): void {
  assert.deepEqual(complaints, []);
  assert.deepEqual(requests, [`file://${path}`]);
}

Deno.test({
  name: "the report of a run in Chromium",
  ignore: CHROMIUM === undefined,
  // The browser is a process that outlives the steps.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using desk = await deskOf();
    const path = desk.at("runs/often/report.html");
    const result = JSON.parse(desk.read("runs/often/result.json"));
    assert.ok(result.trades > 40);

    await t.step(
      "draws its charts and asks for nothing",
      () =>
        visit(path, async (seen) => {
          const { page } = seen;
          assert.deepEqual(await drawn(page), [
            "equity-chart",
            "drawdown-chart",
            "price-0",
            "trades-spread",
            "exposure-chart",
            "costs-chart",
            ...METHODS.map((name) => `histories-${name}`),
          ]);
          assertQuiet(seen, path);
        }),
    );

    await t.step(
      "says the figures of result.json",
      () =>
        visit(path, async ({ page }) => {
          const tiles = await text(page, ".tiles");
          for (const name of ["net_profit", "commission", "expectancy"]) {
            assert.ok(tiles.includes(money(result[name])), name);
          }
          assert.ok((await text(page, "#facts")).includes(result.digest));
          const { metrics } = result;
          const figures = await text(page, "#figures");
          assert.match(figures, /Largest loser/);
          assert.ok(figures.includes(money(metrics.trades.largest_loser)));
          assert.ok(figures.includes(percent(metrics.activity.time_in_market)));
          const parts = await text(page, "#splits");
          for (const side of ["long", "short"]) {
            assert.ok(parts.includes(money(metrics[side].net)), side);
          }
          assert.match(parts, /14:00[^]*Mon/);
          const pager = await text(page, "#trades-table output");
          assert.equal(pager, `1–20 of ${result.trades}`);
        }),
    );

    await t.step(
      "tells of other histories",
      () =>
        visit(path, async ({ page }) => {
          const { methods } = result.monte_carlo;
          const rows = await page.locator(".spread tbody tr").allInnerTexts();
          const { final_equity: spread } = methods.trade_bootstrap;
          assert.deepEqual(rows[0].split("\t").slice(0, 6), [
            "Trade bootstrap",
            "final equity",
            ...["p5", "p50", "p95", "actual"].map((key) => money(spread[key])),
          ]);
          assert.deepEqual(
            (await drawn(page)).filter((id) => id.startsWith("histories-")),
            METHODS.map((name) => `histories-${name}`),
          );
        }),
    );

    await t.step(
      "sorts, filters and pages its trades",
      () =>
        visit(path, async ({ page }) => {
          const heads = await page.locator("#trades-table thead button")
            .allInnerTexts();
          const net = heads.findIndex((head) => head.startsWith("Net"));
          const head = page.locator("#trades-table thead button").nth(net);
          await head.click();
          const up = (await firstRows(page, net + 1)).map(numberOf);
          assert.deepEqual(up, up.toSorted((a, b) => a - b));
          await head.click();
          const down = (await firstRows(page, net + 1)).map(numberOf);
          assert.deepEqual(down, down.toSorted((a, b) => b - a));
          assert.ok(down[0] > up[0]);
          assert.equal(
            await page.locator("th[aria-sort=descending]").innerText(),
            heads[net],
          );
          await page.locator("#trades-table select").last().selectOption(
            "gain",
          );
          assert.ok(
            (await firstRows(page, net + 1)).map(numberOf)
              .every((value) => value > 0),
          );
          await page.locator("#trades-table select").last().selectOption("");
          await page.getByLabel("Next page").click();
          assert.match(await text(page, "#trades-table output"), /^21–40 of /);
        }),
    );

    await t.step(
      "moves through time by keys, buttons and a trade",
      () =>
        visit(path, async ({ page }) => {
          const shown = () => text(page, "#price .controls output");
          const whole = await shown();
          await page.locator("#price-0").focus();
          await page.keyboard.press("+");
          const near = await shown();
          assert.notEqual(near, whole);
          await page.keyboard.press("ArrowRight");
          assert.notEqual(await shown(), near);
          await page.keyboard.press("0");
          assert.equal(await shown(), whole);
          await page.locator("#equity .controls").getByLabel("Zoom in").click();
          assert.notEqual(await shown(), whole);
          await page.locator("#price .controls").getByLabel("All of the run")
            .click();
          assert.equal(await shown(), whole);
          await page.getByLabel("Show row 1 in the chart").click();
          assert.notEqual(await shown(), whole);
          assert.equal(
            await page.evaluate("document.activeElement.id"),
            "price-0",
          );
        }),
    );

    await t.step(
      "can be walked through by the tab key",
      () =>
        visit(path, async ({ page }) => {
          const stops: string[] = [];
          for (let i = 0; i < 40; i++) {
            await page.keyboard.press("Tab");
            stops.push(
              await page.evaluate(
                "document.activeElement.id || document.activeElement.innerText",
              ),
            );
          }
          assert.equal(stops[0], "Skip to the results");
          assert.equal(stops[1], "theme");
          const order = ["Headline figures", "equity-chart", "price-0"]
            .map((stop) => stops.indexOf(stop));
          assert.ok(order.every((at) => at > 0), String(stops));
          assert.deepEqual(order, order.toSorted((a, b) => a - b));
        }),
    );

    await t.step("follows the system's theme, and its own button", async () => {
      const ground = "getComputedStyle(document.body).backgroundColor";
      await visit(path, async ({ page }) => {
        const light = await page.evaluate(ground);
        await page.getByRole("button", { name: "Dark theme" }).click();
        const dark = await page.evaluate(ground);
        assert.notEqual(dark, light);
        await page.getByRole("button", { name: "Light theme" }).click();
        assert.equal(await page.evaluate(ground), light);
      });
      await visit(path, async ({ page }) => {
        assert.equal(
          await page.getByRole("button", { name: "Light theme" }).count(),
          1,
        );
        assert.equal((await drawn(page)).length, 11);
      }, { colorScheme: "dark" });
    });

    await t.step("fits a phone and a sheet of paper", async () => {
      const wide = "document.documentElement.scrollWidth - innerWidth";
      await visit(path, async (seen) => {
        assert.equal(await seen.page.evaluate(wide), 0);
        assertQuiet(seen, path);
      }, { width: 390, height: 800 });
      await visit(path, async ({ page }) => {
        await page.emulateMedia({ media: "print" });
        assert.equal(await page.locator("nav").isVisible(), false);
        assert.equal(await page.locator("#theme").isVisible(), false);
        const pdf = await page.pdf({ format: "A4" });
        assert.ok(pdf.length > 20_000);
      }, { colorScheme: "dark" });
    });

    await t.step("holds to the rules of accessibility", async () => {
      const axe = readFileSync(
        createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
        "utf8",
      );
      for (const colorScheme of ["light", "dark"] as const) {
        await visit(path, async ({ page }) => {
          await page.evaluate(axe);
          const { violations } = await page.evaluate("axe.run()") as {
            violations: { id: string; nodes: { html: string }[] }[];
          };
          const found = violations.map(({ id, nodes }) => ({
            id,
            nodes: nodes.map(({ html }) => html),
          }));
          assert.deepEqual(found, []);
        }, { colorScheme });
      }
    });

    await t.step("tells of a run with one trade", () => {
      const path = desk.at("runs/once/report.html");
      return visit(path, async (seen) => {
        assert.equal(await text(seen.page, "#trades-table output"), "1–1 of 1");
        assert.equal((await drawn(seen.page)).length, 5);
        assertQuiet(seen, path);
      });
    });

    await t.step("tells of a run without trades", () => {
      const path = desk.at("runs/never/report.html");
      return visit(path, async (seen) => {
        assert.match(await text(seen.page, "#trades"), /no round trip/);
        assert.match(await text(seen.page, ".tiles"), /Win rate\s+–/);
        assert.equal((await drawn(seen.page)).length, 3);
        assertQuiet(seen, path);
      });
    });

    await t.step("ranks the sets of a sweep", () => {
      const path = desk.at("runs/sweep-best/report.html");
      const { sweep } = JSON.parse(desk.read("runs/sweep-best/result.json"));
      return visit(path, async (seen) => {
        const { page } = seen;
        assert.equal(await text(page, "#sweep-table output"), "1–6 of 6");
        const [first] = await page.locator("#sweep-table tbody tr")
          .allInnerTexts();
        const { params, objective } = sweep.top[0];
        assert.deepEqual(first.split("\t").slice(0, 4), [
          "1",
          ...Object.values(params).map(String),
          ratio(objective),
        ]);
        assert.equal(await text(page, ".heat .heat-8"), ratio(objective));
        assert.equal(await page.locator(".parallel polyline").count(), 6);
        assert.ok((await drawn(page)).includes("equity-chart"));
        assertQuiet(seen, path);
      });
    });

    await t.step("tells of a walk forward", () => {
      const path = desk.at("runs/walk/report.html");
      const result = JSON.parse(desk.read("runs/walk/result.json"));
      const { windows, sets } = result.walk_forward;
      assert.ok(windows.length > 1);
      return visit(path, async (seen) => {
        const { page } = seen;
        const rows = await page.locator("#walk-forward table").last()
          .locator("tbody tr").allInnerTexts();
        assert.equal(rows.length, windows.length);
        for (const [i, window] of windows.entries()) {
          const cells = rows[i].split("\t");
          assert.equal(cells[1], window.test.join(" to "));
          assert.equal(cells[5], money(window.net_profit));
        }
        const points = page.locator(".scatter circle");
        assert.equal(await points.count(), windows.length * sets);
        assertQuiet(seen, path);
      });
    });

    await t.step("tells of a sweep that kept no fills", () => {
      const path = desk.at("runs/sweep-none/report.html");
      return visit(path, async (seen) => {
        assert.match(await text(seen.page, "#headline"), /kept no fills/);
        assert.equal(await seen.page.locator("#trades").count(), 0);
        assert.equal(await text(seen.page, "#sweep-table output"), "1–6 of 6");
        assertQuiet(seen, path);
      });
    });

    await t.step("shows text from files as text", async () => {
      const quoted = JSON.stringify(EVIL).slice(1, -1);
      const plan = desk.read("runs/once/plan.json");
      desk.write(
        "runs/once/plan.json",
        plan.replace('"once"', `"${quoted}"`)
          .replace('"currency": "USD"', `"currency": "${quoted}"`)
          .replaceAll("once.ts", quoted),
      );
      const result = desk.read("runs/once/result.json");
      desk.write(
        "runs/once/result.json",
        result.replaceAll('"ES"', `"${quoted}"`),
      );
      desk.write("runs/once/config.yaml", EVIL);
      const { code, err } = await desk.call(["report", "runs/once"]);
      assert.equal(code, 0, err);
      const evil = desk.at("runs/once/report.html");
      await visit(evil, async (seen) => {
        assert.equal(await text(seen.page, "h1"), EVIL);
        assert.equal(await seen.page.title(), `${EVIL} – backtest report`);
        assert.equal(await seen.page.locator("img").count(), 0);
        assert.equal(await text(seen.page, "pre code"), EVIL);
        assert.ok((await text(seen.page, "#facts")).split(EVIL).length > 3);
        assertQuiet(seen, evil);
      });
    });

    await t.step("does without a store that is gone, and says so", async () => {
      Deno.removeSync(desk.at("store"), { recursive: true });
      const { code, err, out } = await desk.call(["report", "runs/often"]);
      assert.equal(code, 0, err);
      assert.equal(out, "report runs/often/report.html\n");
      await visit(path, async (seen) => {
        assert.match(await text(seen.page, "#price"), /No prices are shown/);
        const charts = await drawn(seen.page);
        assert.ok(charts.length === 10 && !charts.includes("price-0"));
        assertQuiet(seen, path);
      });
    });

    await leave();
  },
});

function numberOf(text: string): number {
  return Number(text.replaceAll(",", "").replace("−", "-"));
}
