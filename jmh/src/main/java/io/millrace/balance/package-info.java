/**
 * How even the load is that a server deals to its threads: the article's four drafts, rebuilt, and
 * Millrace, under the same load. Start at {@link io.millrace.balance.BalanceRun}.
 */
package io.millrace.balance;
