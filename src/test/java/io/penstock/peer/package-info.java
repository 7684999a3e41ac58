/** The MCP Java SDK on both sides of a gateway, in a process of its own, for tests that are driven from outside. */
@NullMarked
package io.penstock.peer;

import org.jspecify.annotations.NullMarked;
