// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_REPORT_SCRIPT_HPP
#define BARTIZAN_EXAMPLES_CLI_REPORT_SCRIPT_HPP

namespace bartizan_cli {

/// The report's script. It holds no data and builds no markup of text: it zooms a graph, copies a node's entry of "the graph in words"
/// into a panel, opens what a link leads to, and opens everything for printing. Without it the page says the same.
inline constexpr const char* report_script = R"js('use strict';
function element(tag, name, text) {
  const e = document.createElement(tag);
  if (name) e.className = name;
  if (text) e.textContent = text;
  return e;
}

function bringToLife(graph) {
  const view = graph.querySelector('.view'), svg = view.querySelector('svg');
  const width = Number(svg.getAttribute('width')), height = Number(svg.getAttribute('height'));
  let scale = 1, opener = null;

  // x, y: the point of the view that stays where it is.
  function zoom(to, x, y) {
    to = Math.min(3, Math.max(0.15, to));
    const left = (view.scrollLeft + x) / scale, top = (view.scrollTop + y) / scale;
    scale = to;
    svg.style.width = width * scale + 'px';
    svg.style.height = height * scale + 'px';
    view.scrollLeft = left * scale - x;
    view.scrollTop = top * scale - y;
  }
  const step = factor => zoom(scale * factor, view.clientWidth / 2, view.clientHeight / 2);
  const fit = () => zoom(Math.min(1, view.clientWidth / width, view.clientHeight / height), 0, 0);

  const tools = element('div', 'tools');
  for (const [label, sign, act] of [[graph.dataset.in, '+', () => step(1.25)], [graph.dataset.out, '−', () => step(0.8)], [graph.dataset.fit, '', fit]]) {
    const button = element('button', '', sign || label);
    button.type = 'button';
    button.title = label;
    button.setAttribute('aria-label', label);
    button.addEventListener('click', act);
    tools.append(button);
  }
  tools.append(element('span', 'soft', graph.dataset.hint));
  graph.prepend(tools);

  const panel = element('div', 'panel');
  panel.hidden = true;
  panel.setAttribute('role', 'dialog');
  panel.setAttribute('aria-label', graph.dataset.panel);
  view.after(panel);
  function close() {
    if (panel.hidden) return;
    panel.hidden = true;
    if (opener) { opener.classList.remove('chosen'); opener.focus({preventScroll: true}); }
    opener = null;
  }
  function open(node) {
    if (opener) opener.classList.remove('chosen');
    opener = node;
    node.classList.add('chosen');
    const button = element('button', 'close', graph.dataset.close);
    button.type = 'button';
    button.addEventListener('click', close);
    const entry = document.getElementById(node.getAttribute('href').slice(1));
    panel.replaceChildren(button, ...entry.cloneNode(true).childNodes);
    panel.hidden = false;
    button.focus({preventScroll: true});
    panel.scrollIntoView({block: 'nearest'});
  }

  let drag = null;
  view.addEventListener('pointerdown', e => {
    if (e.pointerType === 'mouse' && e.button === 0) drag = {x: e.clientX, y: e.clientY, left: view.scrollLeft, top: view.scrollTop, far: false};
  });
  addEventListener('pointermove', e => {
    if (!drag) return;
    drag.far = drag.far || Math.abs(e.clientX - drag.x) + Math.abs(e.clientY - drag.y) > 4;
    if (!drag.far) return;
    view.scrollLeft = drag.left + drag.x - e.clientX;
    view.scrollTop = drag.top + drag.y - e.clientY;
  });
  let dragged = false;
  addEventListener('pointerup', () => { dragged = drag !== null && drag.far; drag = null; });
  view.addEventListener('dragstart', e => e.preventDefault());
  view.addEventListener('click', e => {
    const node = e.target.closest('a.node');
    if (!node) return;
    e.preventDefault();
    if (!dragged) open(node);
  });
  // A wheel over the page scrolls the page, until the graph has the focus.
  view.addEventListener('wheel', e => {
    if (!e.ctrlKey && !view.contains(document.activeElement)) return;
    e.preventDefault();
    const box = view.getBoundingClientRect();
    zoom(scale * Math.exp(-e.deltaY / 500), e.clientX - box.left, e.clientY - box.top);
  }, {passive: false});
  graph.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === 'Escape') close();
    if (!view.contains(e.target)) return;
    const move = {ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60]}[e.key];
    if (move) view.scrollBy(...move);
    else if (e.key === '+' || e.key === '=') step(1.25);
    else if (e.key === '-') step(0.8);
    else if (e.key === '0') fit();
    else return;
    e.preventDefault();
  });

  // A closed card has no width: begin when the graph is seen. Labels stay legible: a wide way begins at its first program, all of a wide graph
  // at its culprit.
  const seen = new IntersectionObserver(entries => {
    if (!entries[0].isIntersecting) return;
    seen.disconnect();
    zoom(Math.min(1, Math.max(0.62, view.clientWidth / width)), 0, 0);
    if (graph.classList.contains('way')) return;
    const node = svg.querySelector('.culprit');
    if (!node) return;
    const box = node.getBBox();
    view.scrollLeft = (box.x + box.width / 2) * scale - view.clientWidth / 2;
    view.scrollTop = (box.y + box.height / 2) * scale - view.clientHeight / 2;
  });
  seen.observe(view);
}

function followHash() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let e = target; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true;
  target.scrollIntoView();
}

// On a narrow screen one finding is long enough.
if (innerWidth < 704) for (const e of [...document.querySelectorAll('.finding[open]')].slice(1)) e.open = false;

let opened = [];
addEventListener('beforeprint', () => {
  opened = [...document.querySelectorAll('details:not([open])')];
  for (const e of opened) e.open = true;
});
addEventListener('afterprint', () => { for (const e of opened) e.open = false; opened = []; });
addEventListener('hashchange', followHash);
document.querySelectorAll('.graph').forEach(bringToLife);
document.documentElement.classList.add('live');
followHash();
)js";

}  // namespace bartizan_cli

#endif
