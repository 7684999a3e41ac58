/** Where the database is, and the connections to it. */
@NullMarked
package io.penstock.store.connection;

import org.jspecify.annotations.NullMarked;
