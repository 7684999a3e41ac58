/** The console: pages for people who administer the gateway. */
@NullMarked
package io.penstock.api.console;

import org.jspecify.annotations.NullMarked;
