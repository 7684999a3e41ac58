package io.penstock.api.entrance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a route that every identified caller may use. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Authenticated {

    /** What it does, in the audit trail. */
    String action();

    /** What it does it to, in the audit trail. */
    String resource();

    /** Whether a token is not enough that is for some of what its user may do, by permissions or for one server. */
    boolean wholly() default false;
}
