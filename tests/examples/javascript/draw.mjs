// A program on AWS's SDK for JavaScript, as somebody would write it for Amazon Bedrock: it prints what it hears as JSON.
import { BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";

const client = new BedrockRuntimeClient({ maxAttempts: 1 });

async function invoke(modelId, body) {
  try {
    const answer = await client.send(
      new InvokeModelCommand({
        modelId,
        body: JSON.stringify(body),
        contentType: "application/json",
        accept: "application/json",
      }),
    );
    const content = JSON.parse(new TextDecoder().decode(answer.body));
    return {
      status: answer.$metadata.httpStatusCode,
      requestId: answer.$metadata.requestId,
      contentType: answer.contentType,
      images: content.images.map((image) => Buffer.from(image, "base64").subarray(1, 4).toString()),
    };
  } catch (error) {
    return { status: error.$metadata?.httpStatusCode, error: error.name, message: error.message };
  }
}

const prompt = "a fox between ferns";
console.log(
  JSON.stringify({
    drawn: await invoke("amazon.nova-canvas-v1:0", {
      taskType: "TEXT_IMAGE",
      textToImageParams: { text: prompt },
      imageGenerationConfig: { width: 320, height: 320 },
    }),
    byArn: await invoke("arn:aws:bedrock:us-west-2::foundation-model/stability.stable-image-core-v1:1", { prompt }),
    refused: await invoke("stability.stable-image-core-v1:1", { prompt, steps: 3 }),
    unknown: await invoke("stability.no-such-model-v1:0", { prompt }),
  }),
);
