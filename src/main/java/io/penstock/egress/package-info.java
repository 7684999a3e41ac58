/** The one way out: HTTP clients whose every connection is checked against the destination policy. */
@NullMarked
package io.penstock.egress;

import org.jspecify.annotations.NullMarked;
