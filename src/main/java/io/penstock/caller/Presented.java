package io.penstock.caller;

import io.penstock.vault.Secret;
import java.util.UUID;

/** What a caller came with that other servers could verify: for authorization servers that exchange it, and never for an upstream. */
public sealed interface Presented {

    /** A JWT of the call's own. */
    record Jwt(Secret token) implements Presented {}

    /** A session that a sign-in at an identity provider opened, whose ID token may be kept. */
    record SignIn(UUID session) implements Presented {}
}
