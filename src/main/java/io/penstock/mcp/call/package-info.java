/** The one path of a call, whichever edge it came by. */
@NullMarked
package io.penstock.mcp.call;

import org.jspecify.annotations.NullMarked;
