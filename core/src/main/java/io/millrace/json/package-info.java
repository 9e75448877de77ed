/**
 * Writes JSON: what the library itself says in it, such as problem details and listings. Not for
 * applications, which have a JSON library of their own. Uses nothing of the other packages.
 */
package io.millrace.json;
