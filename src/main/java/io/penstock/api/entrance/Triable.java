package io.penstock.api.entrance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a change of who may do what that can be tried with {@code ?dry_run=true}: all that it does, it does in the database. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Triable {

    /** The query parameter that asks for it. */
    String PARAMETER = "dry_run";
}
