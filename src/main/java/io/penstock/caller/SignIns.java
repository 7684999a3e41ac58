package io.penstock.caller;

/**
 * Which sign-ins of a user still hold. Each has the generation that the user had when it was made; a new password, switching the user off
 * and deleting the user begin the next one. Memory only.
 */
@FunctionalInterface
public interface SignIns {

    /** The present generation of a user; 0 for whoever never began a second one. Sign-ins of an earlier one have ended. */
    long generation(String user);
}
