import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import { Public } from '../auth/permission.ts';

/** The service's HTTP contract, made once at the start. */
export class Contract {
  document: OpenAPIObject | undefined;
}

@ApiExcludeController()
@Controller()
export class OpenApiController {
  constructor(private readonly contract: Contract) {}

  @Get('openapi.json')
  @Public()
  contractOfService(): OpenAPIObject | undefined {
    return this.contract.document;
  }
}
