/** API tokens: what each is good for, and how its holder is recognised from memory. */
@NullMarked
package io.penstock.account.token;

import org.jspecify.annotations.NullMarked;
