package io.penstock.caller;

import io.penstock.vault.Secret;
import java.time.Instant;

/** An identity provider's word on who signed in, as it gave it. */
public record IdToken(Secret token, Instant ends) {}
