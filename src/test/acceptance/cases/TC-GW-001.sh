# TC-GW-001: Gateway Registration with Bearer Auth
# Verify gateway registration with bearer token authentication.
#
# Expected results:
# - Gateway created successfully
# - Auth token stored (encrypted)
# - Health check uses configured auth

# Step 1: Register gateway with bearer auth
curl -s -X POST -H "Authorization: Bearer $ADMIN_TOKEN" \
-H "Content-Type: application/json" \
-d '{
"name": "bearer-test-gateway",
"url": "http://localhost:9000/sse",
"transport": "SSE",
"auth_type": "bearer",
"auth_token": "test-upstream-token",
"visibility": "public"
}' \
http://localhost:4444/gateways | jq .
# Step 2: Check gateway is created
curl -s -H "Authorization: Bearer $ADMIN_TOKEN" \
http://localhost:4444/gateways | jq '.[] | select(.name == "bearer-test-gateway")'
# Step 3: Verify health check uses auth
# Gateway should show healthy if upstream accepts the token
curl -s -H "Authorization: Bearer $ADMIN_TOKEN" \
http://localhost:4444/gateways | jq '.[] | select(.name == "bearer-test-gateway") | {name, healthy}'
