/** Registered upstreams, what they offer and the virtual servers that show it: the values, and what keeps and changes them. */
@NullMarked
package io.penstock.catalog;

import org.jspecify.annotations.NullMarked;
