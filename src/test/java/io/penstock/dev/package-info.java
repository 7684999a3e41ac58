/** What {@code mvn spring-boot:run} starts: the gateway as a developer wants it, with a real MCP server to call. */
@NullMarked
package io.penstock.dev;

import org.jspecify.annotations.NullMarked;
