/** What a caller may do: permissions, scopes and visibility; the only maker of a permit. */
@NullMarked
package io.penstock.access;

import org.jspecify.annotations.NullMarked;
