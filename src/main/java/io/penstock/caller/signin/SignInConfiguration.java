package io.penstock.caller.signin;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Has sign-in registered at the start. */
@Configuration(proxyBeanMethods = false)
@Import(SignInBeans.class)
class SignInConfiguration {}
