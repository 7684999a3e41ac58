/** The routes of registered upstream servers. */
@NullMarked
package io.penstock.api.gateways;

import org.jspecify.annotations.NullMarked;
