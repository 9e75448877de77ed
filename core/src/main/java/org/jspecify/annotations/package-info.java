/**
 * Stand-ins by the names of JSpecify's annotations, which Kotlin and the checkers of nullness read
 * from a class file without their classes. So Millrace says where null may be and still depends on
 * nothing: the compiler sees these, and the jar leaves them out (decision 382).
 */
package org.jspecify.annotations;
