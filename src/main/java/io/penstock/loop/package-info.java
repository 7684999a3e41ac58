/** Work that repeats or must outlive its request; the only place that subscribes. */
@NullMarked
package io.penstock.loop;

import org.jspecify.annotations.NullMarked;
