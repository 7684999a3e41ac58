package io.penstock.api.entrance;

import io.penstock.access.Permission;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a route with the permission that its caller needs. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Needs {

    Permission value();

    /** What it does, in the audit trail; empty where the permission's own word says it. */
    String action() default "";
}
