/* Questions, and the menu. */

/** The value of a choice, or what check makes of it; null for no. Enter is the first choice. */
function ask({ title, content, choices, danger, check = value => value, no = 'Cancel' }) {
  return new Promise(answer => {
    const fault = h('p', { class: 'fault', role: 'alert' });
    const choose = async value => {
      try {
        answer(await check(value));
        dialog.close();
      } catch (failure) {
        fault.textContent = failure.message;
      }
    };
    const [first] = Object.values(choices);
    const buttons = Object.entries(choices).map(([label, value]) => (danger || value !== first
      ? button(label, () => choose(value), { class: danger && 'danger' })
      : h('button', { class: 'main', autofocus: true }, label)));
    const dialog = h('dialog', { 'aria-labelledby': 'question', close: () => {
      dialog.remove();
      answer(null); // unless it has one
    } }, h('form', { submit: event => {
      event.preventDefault();
      choose(first);
    } }, h('h2', { id: 'question' }, title), content, fault, h('div', { class: 'buttons' },
      no && button(no, () => dialog.close(), { autofocus: danger }), buttons)));
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Asks for a name; check uses it, and throws what is wrong with it. */
function askText(title, value, choice, check) {
  const input = h('input', { value, autocomplete: 'off', autofocus: true, spellcheck: 'false',
    dir: 'auto' });
  ask({ title, content: h('label', null, 'Name', input), choices: { [choice]: 1 },
    check: () => check(input.value) });
  const dot = value.lastIndexOf('.'); // what stands behind it seldom changes
  input.setSelectionRange(0, dot > 0 ? dot : value.length);
}

let lastConflict = Promise.resolve();

/** What to do where a name is taken: 'replace', 'keep' both or 'skip'; forAll remembers. */
function askConflict(name, where, forAll) {
  lastConflict = lastConflict.then(async () => {
    for (let open; (open = document.querySelector('dialog[open]'));) { // it isn't interrupted
      await new Promise(closed => open.addEventListener('close', closed, { once: true }));
    }
    const all = h('input', { type: 'checkbox' });
    const choice = forAll.choice ?? await ask({ title: 'The name is taken', no: 'Skip',
      choices: { 'Keep both': 'keep', Replace: 'replace' },
      content: [h('p', null, bdi(name), ` is already in ${where}.`),
        h('label', null, all, ' Do the same for all that follow')] }) ?? 'skip';
    forAll.choice ??= all.checked ? choice : undefined;
    return choice;
  });
  return lastConflict;
}

/** "name (2).txt" for "name.txt". */
const numbered = (name, count) => name.replace(/(?<=.)(\.[^.]*)?$/, ` (${count})$1`);

/** A menu at a button, of [label, action]; what is false is left out. */
function openMenu({ currentTarget: anchor }, items) {
  const menu = h('div', { popover: 'auto', role: 'menu', class: 'menu',
    toggle: event => event.newState === 'closed' && menu.remove(),
    keydown: event => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        const all = [...menu.children];
        all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
      }
    } }, items.filter(Boolean).map(([label, action]) => button(label, () => {
    menu.hidePopover();
    anchor.focus();
    action();
  }, { role: 'menuitem' })));
  $('main').append(menu);
  menu.showPopover();
  const { top, bottom, right } = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  menu.style.left = `${Math.max(8, right - width)}px`;
  menu.style.top = `${Math.max(8, bottom + height < innerHeight ? bottom : top - height)}px`;
  menu.firstChild.focus();
}

const KEYS = { '\u2191 \u2193 Home End': 'Move in the list', Enter: 'Open', Space: 'Select',
  'Shift + click': 'Select a range', 'Ctrl + A': 'Select all', P: 'Preview', F2: 'Rename',
  Delete: 'Delete', '\u232b': 'Up one folder', '/': 'Search in this folder', '?': 'Show these keys' };

const showKeys = () => ask({ title: 'Shortcuts', choices: { OK: 1 }, no: '',
  content: h('dl', null, Object.entries(KEYS).map(([key, text]) =>
    h('div', null, h('dt', null, h('kbd', null, key)), h('dd', null, text)))) });
