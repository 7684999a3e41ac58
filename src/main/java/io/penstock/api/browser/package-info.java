/** What people meet with a browser: pages, cookies, and where authorization servers send them back to. */
@NullMarked
package io.penstock.api.browser;

import org.jspecify.annotations.NullMarked;
