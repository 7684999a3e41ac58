/** Where rows live: connections to the embedded database or PostgreSQL, the schema, leases on due rows, change announcements. */
@NullMarked
package io.penstock.store;

import org.jspecify.annotations.NullMarked;
