// SPARQL in tokens with offsets: enough to know where in a pattern the cursor stands, also while the query is half written.
const TOKEN = /(?<comment>#[^\n]*)|(?<iri><[^<>"{}|^`\\\s]*>)|(?<text>"""(?:[^"\\]|\\[^]|"(?!""))*(?:""")?|'''(?:[^'\\]|\\[^]|'(?!''))*(?:''')?|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)|(?<variable>[?$][\p{L}\p{N}_]*)|(?<tag>@[A-Za-z-]+)|(?<blank>_:[\p{L}\p{N}_.-]+)|(?<name>[\p{L}_][\p{L}\p{N}_.-]*:[\p{L}\p{N}_.%:-]*|:[\p{L}\p{N}_.%:-]*)|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(?<sign>\^\^|&&|\|\||!=|<=|>=|[^\s])/gu;

/** Tokens of a text: `{kind, text, from, to}`, comments left out. */
export function tokens(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    if (kind === 'comment') continue;
    let value = match[0];
    if (kind === 'name') value = value.replace(/\.+$/, '');
    found.push({ kind, text: value, from: match.index, to: match.index + value.length });
    if (value.length < match[0].length) {
      for (let at = match.index + value.length; at < match.index + match[0].length; at++) found.push({ kind: 'sign', text: '.', from: at, to: at + 1 });
    }
  }
  return found;
}

/** Whether the offset stands inside a comment or a text in quotes. */
export function isInert(text, offset) {
  for (const match of text.matchAll(TOKEN)) {
    if (match.index >= offset) return false;
    const end = match.index + match[0].length;
    if (match.groups.comment !== undefined && offset <= end) return true;
    if (match.groups.text !== undefined && offset < end) return true;
  }
  return false;
}

/** The first prefixed name whose prefix a query does not declare: `{prefix, line, column}`, or null. */
export function undeclared(text) {
  const declared = declaredPrefixes(text);
  const heads = new Set([...text.matchAll(/\bPREFIX\s+(?=[\p{L}\p{N}_.-]*:)/giu)].map((match) => match.index + match[0].length));
  for (const token of tokens(text)) {
    if (token.kind !== 'name' || heads.has(token.from)) continue;
    const prefix = token.text.slice(0, token.text.indexOf(':'));
    if (prefix in declared) continue;
    const before = text.slice(0, token.from).split('\n');
    return { prefix, line: before.length, column: before.at(-1).length + 1 };
  }
  return null;
}

/** Prefixes that a query declares. */
export function declaredPrefixes(text) {
  return Object.fromEntries([...text.matchAll(/\bPREFIX\s+([\p{L}\p{N}_.-]*):\s*<([^<>\s]*)>/giu)].map((m) => [m[1], m[2]]));
}
