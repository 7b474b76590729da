/// <reference lib="dom" />

const probe = document.createElement("span");
const colors = new Map<string, string>();

/** A colour of the page by name, as it is in the theme of now. */
export function colorOf(name: string, alpha = 1): string {
  let color = colors.get(name);
  if (color === undefined) {
    probe.hidden = true;
    document.body.append(probe);
    probe.style.color = `var(--${name})`;
    color = getComputedStyle(probe).color;
    colors.set(name, color);
  }
  return alpha === 1
    ? color
    : color.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
}

export function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  if (theme !== undefined) return theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Wires the button that changes the theme; `redraw` is called on a change. */
export function startTheme(redraw: () => void): void {
  const button = document.getElementById("theme") as HTMLButtonElement;
  const show = () => {
    colors.clear();
    button.textContent = isDark() ? "Light theme" : "Dark theme";
    redraw();
  };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  let before: string | undefined;
  addEventListener("beforeprint", () => {
    before = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    show();
  });
  addEventListener("afterprint", () => {
    if (before === undefined) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = before;
    show();
  });
  button.hidden = false;
  show();
}
