/** The listening server: its limits, its time-outs and the checks that every request passes before any route sees it. */
@NullMarked
package io.penstock.ingress;

import org.jspecify.annotations.NullMarked;
