'use strict';
/* Questions, and the menu. */

/**
 * Asks by a dialog. Escape and Cancel answer null.
 * @param choices label to value; the first one is what Enter does, unless it is dangerous
 * @returns the value of the choice, or what check made of it
 */
function ask({ title, content, choices, danger, check = value => value, no = 'Cancel' }) {
  return new Promise(answer => {
    const fault = h('p', { class: 'fault', role: 'alert' });
    const finish = value => {
      dialog.close();
      answer(value);
    };
    const choose = async value => {
      try {
        finish(await check(value));
      } catch (failure) {
        fault.textContent = failure.message;
      }
    };
    const buttons = Object.entries(choices).map(([label, value], at) => h('button', {
      type: at || danger ? 'button' : 'submit', class: danger ? 'danger' : at ? '' : 'main',
      click: at || danger ? () => choose(value) : undefined,
    }, label));
    const dialog = h('dialog', { 'aria-labelledby': 'question', cancel: () => answer(null),
      close: () => dialog.remove() },
    h('form', { submit: event => {
      event.preventDefault();
      if (!danger) {
        choose(Object.values(choices)[0]);
      }
    } },
    h('h2', { id: 'question' }, title), content, fault,
    h('div', { class: 'buttons' }, no && button(no, () => finish(null), { autofocus: danger }),
      ...buttons)));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A text from a dialog; check does what it is for, and says by an exception what is wrong. */
function askText({ title, label, value, choice, check }) {
  const input = h('input', { value: value ?? '', autocomplete: 'off', autofocus: true,
    spellcheck: 'false', dir: 'auto' });
  const asked = ask({
    title, content: h('label', null, label, input), choices: { [choice]: true },
    check: () => check(input.value),
  });
  // What stands behind the last dot seldom changes.
  const dot = input.value.lastIndexOf('.');
  input.setSelectionRange(0, dot > 0 ? dot : input.value.length);
  return asked;
}

let lastConflict = Promise.resolve();

/**
 * What to do where a name is taken: 'replace', 'keep' both, or 'skip'; one dialog at a time.
 * @param forAll an object that remembers an answer for all
 */
function askConflict(name, where, forAll) {
  lastConflict = lastConflict.then(async () => {
    if (forAll.choice) {
      return forAll.choice;
    }
    const all = h('input', { type: 'checkbox' });
    const choice = await ask({
      title: 'The name is taken',
      content: [h('p', null, bdi(name), ` is already in ${where}.`),
        h('label', { class: 'check' }, all, 'Do this for all that follow')],
      choices: { 'Keep both': 'keep', Replace: 'replace' }, no: 'Skip',
    }) ?? 'skip';
    forAll.choice = all.checked ? choice : undefined;
    return choice;
  });
  return lastConflict;
}

/** "name (2).txt" for "name.txt". */
function numbered(name, number) {
  const dot = name.lastIndexOf('.');
  const end = dot > 0 ? dot : name.length;
  return `${name.slice(0, end)} (${number})${name.slice(end)}`;
}

/** A menu at a button. Items are [label, action]; those that are false are left out. */
function openMenu(anchor, items) {
  const menu = h('div', { popover: 'auto', role: 'menu', class: 'menu', toggle: event => {
    if (event.newState === 'closed') {
      menu.remove();
    }
  }, keydown: event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const all = [...menu.children];
      const next = all.indexOf(document.activeElement) + step;
      all.at(next % all.length).focus();
    }
  } }, items.filter(Boolean).map(([label, action]) => button(label, () => {
    menu.hidePopover();
    anchor.focus();
    action();
  }, { role: 'menuitem', class: label.startsWith('Delete') ? 'danger' : '' })));
  document.body.append(menu);
  menu.showPopover();
  const at = anchor.getBoundingClientRect();
  const below = at.bottom + menu.offsetHeight < innerHeight;
  menu.style.left = `${Math.max(8, Math.min(at.right, innerWidth - 8) - menu.offsetWidth)}px`;
  menu.style.top = `${Math.max(8, below ? at.bottom : at.top - menu.offsetHeight)}px`;
  menu.firstChild.focus();
}

const KEYS = [['\u2191 \u2193 Home End', 'Move in the list'], ['Enter', 'Open'], ['Space', 'Select'],
  ['Shift + click', 'Select a range'], ['Ctrl + A', 'Select all'], ['P', 'Preview'],
  ['F2', 'Rename'], ['Delete', 'Delete'], ['\u232b', 'Up one folder'],
  ['/', 'Search in this folder'], ['?', 'These keys']];

function showKeys() {
  ask({
    title: 'Keys', choices: { OK: true }, no: false,
    content: h('dl', { class: 'keys' }, KEYS.map(([key, text]) =>
      h('div', null, h('dt', null, h('kbd', null, key)), h('dd', null, text)))),
  });
}
