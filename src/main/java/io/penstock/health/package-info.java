/** Whether upstreams answer, what they offer, and how that drifts. */
@NullMarked
package io.penstock.health;

import org.jspecify.annotations.NullMarked;
