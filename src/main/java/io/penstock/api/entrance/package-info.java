/** Who may come in and for what: the rules of routes, what callers see, and what is noted of what they do. */
@NullMarked
package io.penstock.api.entrance;

import org.jspecify.annotations.NullMarked;
