/** Users, roles, teams, and signing in with a password. */
@NullMarked
package io.penstock.api.accounts;

import org.jspecify.annotations.NullMarked;
