/* The page of an article, for a reader with a script: kinds of claim that are switched on and off, a card at the words
   that it is of, and a list that knows where the reader is. Without it, all of this stands on the page as text. */

(function () {
  "use strict";

  const page = document.querySelector(".ainews-page");
  if (!page || !page.querySelector(".ainews-claims")) return;
  const list = page.querySelector(".ainews-claims");
  const heading = document.getElementById("ainews-claims-title");
  const cards = new Map();
  for (const card of list.querySelectorAll(".ainews-card")) cards.set(card.dataset.claim, card);
  const marks = Array.from(page.querySelectorAll("mark.ainews-mark"));
  const piecesOf = new Map();
  for (const mark of marks) {
    // What the pointer's tip says stands in the card.
    mark.removeAttribute("title");
    for (const id of claimsOf(mark)) {
      if (!piecesOf.has(id)) piecesOf.set(id, []);
      piecesOf.get(id).push(mark);
    }
  }
  const wide = window.matchMedia("(min-width: 62rem)");

  function claimsOf(mark) {
    return mark.dataset.claims.split(" ");
  }

  function shownOf(mark) {
    return claimsOf(mark).filter((id) => cards.has(id) && !cards.get(id).hidden);
  }

  /* Kinds on and off */

  const off = new Set();

  function paint() {
    for (const card of cards.values()) card.hidden = off.has(card.dataset.predicate);
    for (const mark of marks) {
      const shown = shownOf(mark);
      for (const name of Array.from(mark.classList)) {
        if (/^ainews-(hue|second|third)-/.test(name) || name === "ainews-overlap") mark.classList.remove(name);
      }
      mark.classList.toggle("ainews-off", shown.length === 0);
      ["hue", "second", "third"].forEach((place, at) => {
        if (shown[at]) mark.classList.add(`ainews-${place}-${cards.get(shown[at]).dataset.hue}`);
      });
      mark.classList.toggle("ainews-overlap", shown.length > 1);
      if (shown.length) mark.dataset.predicate = cards.get(shown[0]).dataset.predicate;
    }
    for (const number of page.querySelectorAll("a.ainews-number")) {
      number.hidden = cards.get(claimOf(number.hash)).hidden;
    }
    const count = Array.from(cards.values()).filter((card) => !card.hidden).length;
    const noun = cards.size === 1 ? "claim" : "claims";
    heading.textContent = count === cards.size ? `${cards.size} ${noun}` : `${count} of ${cards.size} ${noun}`;
  }

  function addSwitches() {
    const legend = page.querySelector(".ainews-legend");
    if (!legend) return;
    const boxes = [];
    for (const item of legend.querySelectorAll("li")) {
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = true;
      box.value = item.dataset.predicate;
      const label = document.createElement("label");
      item.prepend(label);
      label.append(box, ...Array.from(item.childNodes).filter((node) => node !== label));
      box.addEventListener("change", () => {
        if (box.checked) off.delete(box.value);
        else off.add(box.value);
        all.textContent = off.size ? "All" : "None";
        hideCard();
        paint();
      });
      boxes.push(box);
    }
    const all = document.createElement("button");
    all.type = "button";
    all.className = "ainews-all";
    all.textContent = "None";
    all.title = "Switch all kinds of claim on or off";
    all.addEventListener("click", () => {
      const on = off.size > 0;
      for (const box of boxes) {
        box.checked = on;
        if (on) off.delete(box.value);
        else off.add(box.value);
      }
      all.textContent = on ? "None" : "All";
      hideCard();
      paint();
    });
    if (boxes.length > 1) {
      const item = document.createElement("li");
      item.append(all);
      legend.append(item);
    }
    heading.setAttribute("aria-live", "polite");
    switchOn = (predicate) => {
      const box = boxes.find((one) => one.value === predicate);
      if (box && !box.checked) box.click();
    };
  }

  let switchOn = () => {};

  /* The card at its words */

  const popover = document.createElement("div");
  popover.id = "ainews-popover";
  popover.className = "ainews-popover";
  popover.setAttribute("role", "dialog");
  popover.hidden = true;
  page.append(popover);
  let at = null; // the mark whose card is shown
  let pinned = false; // by a tap or a link: it stays when the pointer leaves
  let timer = 0;

  function later(action, wait) {
    window.clearTimeout(timer);
    timer = window.setTimeout(action, wait);
  }

  function showCard(mark, ids) {
    window.clearTimeout(timer);
    if (!ids.length) return hideCard();
    at = mark;
    popover.replaceChildren();
    for (const id of ids) {
      const card = cards.get(id);
      const copy = document.createElement("div");
      copy.className = card.className;
      copy.classList.remove("ainews-current");
      copy.dataset.claim = id;
      for (const child of card.childNodes) copy.append(child.cloneNode(true));
      // What is on the page once keeps its name.
      for (const named of copy.querySelectorAll("[id]")) named.removeAttribute("id");
      popover.append(copy);
    }
    const numbers = ids.map((id) => cards.get(id).querySelector(".ainews-badge").textContent);
    popover.setAttribute("aria-label", `Claim ${numbers.join(", ")}`);
    popover.hidden = false;
    place(ids);
    for (const number of page.querySelectorAll("a.ainews-number[aria-describedby]")) {
      number.removeAttribute("aria-describedby");
    }
    for (const number of mark.querySelectorAll("a.ainews-number")) number.setAttribute("aria-describedby", popover.id);
    light(ids);
  }

  function hideCard() {
    window.clearTimeout(timer);
    if (popover.hidden) return;
    popover.hidden = true;
    popover.replaceChildren();
    for (const number of page.querySelectorAll("a.ainews-number[aria-describedby]")) {
      number.removeAttribute("aria-describedby");
    }
    at = null;
    pinned = false;
    light([]);
  }

  /* Below the words or above them, where there is more room, and never on them. */
  function place(ids) {
    const view = { width: document.documentElement.clientWidth, height: window.innerHeight };
    const gap = 6;
    popover.style.maxHeight = "";
    popover.style.left = popover.style.top = "0";
    let rects = ids.flatMap((id) => piecesOf.get(id) || []).flatMap((mark) => Array.from(mark.getClientRects()));
    let top = Math.min(...rects.map((rect) => rect.top));
    let bottom = Math.max(...rects.map((rect) => rect.bottom));
    if (Math.max(top, view.height - bottom) < 120) {
      // A claim as tall as the window: at least the words that are pointed at stay free.
      rects = Array.from(at.getClientRects());
      top = Math.min(...rects.map((rect) => rect.top));
      bottom = Math.max(...rects.map((rect) => rect.bottom));
    }
    const left = Math.min(...Array.from(at.getClientRects()).map((rect) => rect.left));
    const size = popover.getBoundingClientRect();
    const below = view.height - bottom - 2 * gap;
    const above = top - 2 * gap;
    const goesBelow = size.height <= below || below >= above;
    const height = Math.min(size.height, Math.max(goesBelow ? below : above, 100));
    popover.style.maxHeight = `${height}px`;
    const origin = page.getBoundingClientRect();
    // Beside the list where there is room for both: a card that covers the list hides its own line there.
    const text = page.querySelector(".ainews-article").getBoundingClientRect();
    const rightmost = wide.matches ? Math.min(text.right, view.width - gap) : view.width - gap;
    const x = Math.max(gap, Math.min(left, rightmost - size.width));
    popover.style.left = `${x - origin.left}px`;
    popover.style.top = `${(goesBelow ? bottom + gap : top - gap - height) - origin.top}px`;
  }

  /* Words and card of the same claim, marked together */

  function light(ids) {
    for (const mark of page.querySelectorAll(".ainews-lit")) mark.classList.remove("ainews-lit");
    for (const card of list.querySelectorAll(".ainews-current")) card.classList.remove("ainews-current");
    for (const id of ids) {
      for (const mark of piecesOf.get(id) || []) mark.classList.add("ainews-lit");
      if (cards.has(id)) cards.get(id).classList.add("ainews-current");
    }
    if (ids.length && cards.has(ids[0])) scrollList(cards.get(ids[0]));
  }

  /* Brings a card into the list's own window; the page stays where it is. */
  function scrollList(card) {
    if (!wide.matches) return;
    const seen = list.getBoundingClientRect();
    const box = card.getBoundingClientRect();
    if (box.top < seen.top || box.bottom > seen.bottom) list.scrollTop += box.top - seen.top - 48;
  }

  function numberAt(target) {
    return target instanceof Element ? target.closest("a.ainews-number") : null;
  }

  function markAt(target) {
    const mark = target instanceof Element ? target.closest("mark.ainews-mark") : null;
    return mark && page.contains(mark) && !popover.contains(mark) ? mark : null;
  }

  function idsAt(mark, number) {
    return number ? [claimOf(number.hash)] : shownOf(mark);
  }

  page.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch" || pinned) return;
    const mark = markAt(event.target);
    if (mark) later(() => showCard(mark, idsAt(mark, numberAt(event.target))), 120);
    else if (popover.contains(event.target)) window.clearTimeout(timer);
    else if (!popover.hidden && !isFocused()) later(hideCard, 250);
    const card = event.target.closest(".ainews-claims .ainews-card");
    if (card && popover.hidden) light([card.dataset.claim]);
  });

  page.addEventListener("pointerleave", () => {
    if (!pinned && !isFocused()) later(hideCard, 250);
  });

  function isFocused() {
    const has = document.activeElement;
    return Boolean(has) && (popover.contains(has) || (at !== null && at.contains(has)));
  }

  let tapped = false; // a focus that a tap has brought shows nothing of its own
  page.addEventListener("pointerdown", () => {
    tapped = true;
  });
  window.addEventListener("pointerup", () => window.setTimeout(() => (tapped = false), 0));

  page.addEventListener("focusin", (event) => {
    if (tapped) return;
    const number = numberAt(event.target);
    const card = event.target.closest(".ainews-claims .ainews-card");
    if (number && markAt(number)) showCard(markAt(number), idsAt(null, number));
    else if (!popover.contains(event.target)) {
      hideCard();
      if (card) light([card.dataset.claim]);
    }
  });

  document.addEventListener("click", (event) => {
    const number = numberAt(event.target);
    const mark = markAt(event.target);
    if (number && event.detail === 0) return; // the keyboard follows the link to the list
    if (mark) {
      if (number) {
        event.preventDefault();
        const y = window.scrollY;
        history.replaceState(null, "", number.hash);
        window.scrollTo(window.scrollX, y);
      }
      if (pinned && at === mark && !number) return hideCard();
      showCard(mark, idsAt(mark, number));
      pinned = true;
    } else if (!popover.contains(event.target)) hideCard();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || popover.hidden) return;
    const back = popover.contains(document.activeElement) && at ? at.querySelector("a.ainews-number") : null;
    if (back) {
      tapped = true;
      back.focus();
      tapped = false;
    }
    hideCard();
  });

  window.addEventListener("resize", () => {
    if (at) place(shownOf(at));
  });

  /* Addresses: #claim-ID opens a claim at its words, #quote-ID shows the words */

  function claimOf(hash) {
    try {
      return decodeURIComponent(hash.replace(/^#(claim|quote)-/, ""));
    } catch {
      return "";
    }
  }

  function follow(isFirst) {
    const id = claimOf(location.hash);
    if (!/^#(claim|quote)-/.test(location.hash) || !cards.has(id)) return;
    switchOn(cards.get(id).dataset.predicate);
    const words = piecesOf.get(id) || [];
    hideCard();
    if (!words.length) return light([id]);
    const toWords = location.hash.startsWith("#quote-");
    // The list stands beside the text, or below it: there a reader who went to the list wants to be in the list.
    if (isFirst || toWords || wide.matches) words[0].scrollIntoView({ block: isTall(words) ? "start" : "center" });
    if (isFirst || (wide.matches && !toWords)) {
      showCard(words[0], [id]);
      pinned = true;
    } else light([id]);
  }

  function isTall(words) {
    return words[words.length - 1].getBoundingClientRect().bottom - words[0].getBoundingClientRect().top > innerHeight / 2;
  }

  addSwitches();
  window.addEventListener("hashchange", () => follow(false));
  // Fonts and the browser's own jump come first.
  if (document.readyState === "complete") follow(true);
  else window.addEventListener("load", () => follow(true));
})();
