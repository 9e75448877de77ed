/**
 * Objects of a bucket on their way to those who read them: as they come from the engine, and small
 * ones in memory. Not exported.
 */
package io.millrace.bucket.cache;
