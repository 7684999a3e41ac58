# TC-GW-004: Gateway with Invalid Credentials
# Verify gateway shows unhealthy with wrong credentials.
#
# Expected results:
# - Gateway created but marked unhealthy
# - Health check fails due to auth error
# - Error message indicates auth failure

# Step 1: Register gateway with wrong token
curl -s -X POST -H "Authorization: Bearer $ADMIN_TOKEN" \
-H "Content-Type: application/json" \
-d '{
"name": "bad-auth-gateway",
"url": "http://localhost:9000/sse",
"transport": "SSE",
"auth_type": "bearer",
"auth_token": "wrong-token-value"
}' \
http://localhost:4444/gateways | jq .
# Step 2: Check health status
# Wait for health check to run
sleep 5
curl -s -H "Authorization: Bearer $ADMIN_TOKEN" \
http://localhost:4444/gateways | jq '.[] | select(.name == "bad-auth-gateway") | {name, healthy, last_error}'
