// Brings the page to life: details when something is pointed at, copying, filters, the theme. Everything else is there
// without it.
(() => {
    "use strict";
    document.body.classList.add("scripted");

    // Details of what is pointed at or tapped.
    const tip = document.getElementById("tip");
    const place = (x, y) => {
        const box = tip.getBoundingClientRect();
        const left = Math.max(4, Math.min(x + 14, innerWidth - box.width - 4));
        const below = y + 18;
        tip.style.left = left + "px";
        tip.style.top = (below + box.height < innerHeight ? below : Math.max(4, y - box.height - 10)) + "px";
    };
    const tell = event => {
        const shown = event.target instanceof Element ? event.target.closest("[data-t]") : null;
        tip.hidden = !shown;
        if (shown) {
            tip.textContent = shown.dataset.t;
            place(event.clientX, event.clientY);
        }
    };
    document.addEventListener("pointermove", tell);
    document.addEventListener("click", tell);
    document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true, capture: true });
    document.addEventListener("keydown", event => { if (event.key === "Escape") tip.hidden = true; });

    // A legend's entry brings out its curve.
    for (const entry of document.querySelectorAll(".legend [data-series]")) {
        const chart = entry.closest("figure");
        const pick = isOn => {
            chart.classList.toggle("pick", isOn);
            for (const one of chart.querySelectorAll("[data-series]"))
                one.classList.toggle("picked", isOn && one.dataset.series === entry.dataset.series);
        };
        entry.addEventListener("pointerenter", () => pick(true));
        entry.addEventListener("pointerleave", () => pick(false));
    }

    // Copying; where a browser forbids the clipboard, the text is selected instead.
    for (const button of document.querySelectorAll(".copy button")) {
        const label = button.textContent;
        const text = button.parentElement.querySelector("pre");
        const say = word => {
            button.textContent = word;
            setTimeout(() => { button.textContent = label; }, 1500);
        };
        const select = () => {
            getSelection().selectAllChildren(text);
            say("Selected");
        };
        button.addEventListener("click", () => {
            if (!navigator.clipboard)
                select();
            else
                navigator.clipboard.writeText(text.textContent).then(() => say("Copied"), select);
        });
    }

    // Filters by store and workload.
    const filters = [...document.querySelectorAll("select[data-filter]")];
    const filter = () => {
        for (const { dataset: { filter: key }, value } of filters) {
            for (const part of document.querySelectorAll(`[data-${key}]`))
                part.dataset[key + "Off"] = value !== "" && part.dataset[key] !== value ? "1" : "";
        }
        for (const part of document.querySelectorAll("[data-store], [data-workload]"))
            part.hidden = part.dataset.storeOff === "1" || part.dataset.workloadOff === "1";
    };
    for (const select of filters)
        select.addEventListener("change", filter);

    // The theme: the system's, or a chosen one.
    const root = document.documentElement;
    const button = document.getElementById("theme");
    const themes = ["", "light", "dark"];
    const apply = theme => {
        if (theme === "")
            delete root.dataset.theme;
        else
            root.dataset.theme = theme;
        button.textContent = "Theme: " + (theme === "" ? "system" : theme);
    };
    let theme = "";
    try {
        theme = localStorage.getItem("iomerge-theme") ?? "";
    } catch {
        // No storage for files in this browser: the choice lasts as long as the page.
    }
    apply(themes.includes(theme) ? theme : "");
    button.addEventListener("click", () => {
        const next = themes[(themes.indexOf(root.dataset.theme ?? "") + 1) % themes.length];
        apply(next);
        try {
            localStorage.setItem("iomerge-theme", next);
        } catch {
            // As above.
        }
    });

    // Paper shows everything.
    addEventListener("beforeprint", () => {
        for (const part of document.querySelectorAll("details"))
            part.open = true;
    });
})();
