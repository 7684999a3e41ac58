/** The data plane's edge: turns HTTP into arrivals and replies into HTTP. */
@NullMarked
package io.penstock.mcp;

import org.jspecify.annotations.NullMarked;
