/** Teams, their members, and the invitations to them. */
@NullMarked
package io.penstock.account.team;

import org.jspecify.annotations.NullMarked;
