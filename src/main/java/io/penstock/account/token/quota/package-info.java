/** The quotas of API tokens, exact over all replicas. */
@NullMarked
package io.penstock.account.token.quota;

import org.jspecify.annotations.NullMarked;
