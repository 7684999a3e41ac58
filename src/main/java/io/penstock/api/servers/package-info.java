/** The routes of virtual servers. */
@NullMarked
package io.penstock.api.servers;

import org.jspecify.annotations.NullMarked;
