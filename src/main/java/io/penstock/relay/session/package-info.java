/** Session ids and other sealed tokens that any replica can read. */
@NullMarked
package io.penstock.relay.session;

import org.jspecify.annotations.NullMarked;
