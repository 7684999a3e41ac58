/** What replicas tell each other through the database: that rows have changed, and frames from one to another. */
@NullMarked
package io.penstock.store.replicas;

import org.jspecify.annotations.NullMarked;
