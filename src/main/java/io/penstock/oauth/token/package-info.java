/** Access tokens in the database and in memory, each renewed by one replica at a time. */
@NullMarked
package io.penstock.oauth.token;

import org.jspecify.annotations.NullMarked;
