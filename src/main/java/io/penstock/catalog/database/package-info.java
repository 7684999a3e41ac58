/** The catalog in the database. */
@NullMarked
package io.penstock.catalog.database;

import org.jspecify.annotations.NullMarked;
