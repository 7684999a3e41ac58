/** The catalog in memory: the immutable snapshot that calls are routed by, and what each caller is shown of it. */
@NullMarked
package io.penstock.catalog.snapshot;

import org.jspecify.annotations.NullMarked;
