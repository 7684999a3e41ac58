/** Who there is here, and what they have: users, roles, and what each call needs of them in memory. */
@NullMarked
package io.penstock.account;

import org.jspecify.annotations.NullMarked;
